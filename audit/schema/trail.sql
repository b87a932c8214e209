-- The trail's own schema: tables that nobody but its owner can change, and the functions that write them.
-- Run by a superuser's install as the role audit_owner; safe to repeat. See docs/adr/0006.

CREATE TABLE IF NOT EXISTS audit.epoch (
    no integer PRIMARY KEY,
    system_identifier text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    opened_by text NOT NULL DEFAULT session_user,
    reason text NOT NULL CHECK (reason ~ '\S')
);

CREATE SEQUENCE IF NOT EXISTS audit.event_id AS bigint;

-- The payload is the entry and the only thing hashed. What is beside it is computed from it by the
-- database, so that it cannot say anything else; `at` is in the payload too.
CREATE TABLE IF NOT EXISTS audit.event (
    id bigint PRIMARY KEY,
    epoch integer NOT NULL,
    txid bigint NOT NULL,
    at timestamptz NOT NULL,
    payload text NOT NULL,
    leaf bytea NOT NULL,
    source text NOT NULL GENERATED ALWAYS AS (payload::jsonb ->> 'source') STORED,
    kind text NOT NULL GENERATED ALWAYS AS (payload::jsonb ->> 'kind') STORED,
    action text NOT NULL GENERATED ALWAYS AS (payload::jsonb ->> 'action') STORED,
    person_id bigint GENERATED ALWAYS AS ((payload::jsonb ->> 'person_id')::bigint) STORED,
    patient_id bigint GENERATED ALWAYS AS ((payload::jsonb ->> 'patient_id')::bigint) STORED,
    patients jsonb GENERATED ALWAYS AS (payload::jsonb -> 'details' -> 'patients') STORED,
    table_name text GENERATED ALWAYS AS (payload::jsonb ->> 'table') STORED,
    row_id text GENERATED ALWAYS AS (payload::jsonb ->> 'row_id') STORED,
    allowed boolean GENERATED ALWAYS AS ((payload::jsonb ->> 'allowed')::boolean) STORED,
    new_sha256 text GENERATED ALWAYS AS (payload::jsonb ->> 'new_sha256') STORED,
    out_of_band boolean NOT NULL GENERATED ALWAYS AS (
        payload::jsonb ->> 'source' = 'database'
        AND payload::jsonb ->> 'action' <> 'row.existing'
        AND (payload::jsonb ->> 'act' IS NULL OR payload::jsonb ->> 'database_user' <> 'rems_app')
    ) STORED
);
CREATE INDEX IF NOT EXISTS event_by_transaction ON audit.event (epoch, txid, id);
CREATE INDEX IF NOT EXISTS event_by_time ON audit.event (at);
CREATE INDEX IF NOT EXISTS event_by_person ON audit.event (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_by_patient ON audit.event (patient_id, id) WHERE patient_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_by_patients_shown ON audit.event USING gin (patients jsonb_path_ops) WHERE patients IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_by_row ON audit.event (table_name, row_id, id) WHERE table_name IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_by_action ON audit.event (action, id);
CREATE INDEX IF NOT EXISTS event_by_kind ON audit.event (kind, id);
CREATE INDEX IF NOT EXISTS event_refused ON audit.event (id) WHERE NOT allowed;
CREATE INDEX IF NOT EXISTS event_listed ON audit.event (id) WHERE kind <> 'change' OR out_of_band;
CREATE INDEX IF NOT EXISTS event_out_of_band ON audit.event (id) WHERE out_of_band;

CREATE TABLE IF NOT EXISTS audit.leaf (
    idx bigint PRIMARY KEY CHECK (idx >= 0),
    event_id bigint NOT NULL UNIQUE,
    hash bytea NOT NULL
);

CREATE TABLE IF NOT EXISTS audit.key (
    id text PRIMARY KEY,
    public bytea NOT NULL CHECK (length(public) = 32),
    introduced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    endorsed_by text REFERENCES audit.key,
    endorsement bytea
);

CREATE TABLE IF NOT EXISTS audit.seal (
    no bigint PRIMARY KEY CHECK (no >= 1),
    epoch integer NOT NULL,
    first_idx bigint NOT NULL,
    n bigint NOT NULL CHECK (n >= 1),
    txid_from bigint NOT NULL,
    txid_upto bigint NOT NULL,
    root bytea NOT NULL,
    prev bytea NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    key_id text NOT NULL REFERENCES audit.key,
    at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS seal_by_first ON audit.seal (first_idx);

-- How far the sealer has come, whether or not there was anything to seal. It proves nothing and is not sealed.
CREATE TABLE IF NOT EXISTS audit.watermark (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    passed_at timestamptz NOT NULL,
    epoch integer NOT NULL,
    txid_upto bigint NOT NULL,
    checkpoint_at timestamptz,
    checkpoint_seal bigint
);

-- The entries as people and the application read them.
CREATE OR REPLACE VIEW audit.entry AS
SELECT e.id, e.epoch, e.txid, e.at, e.source, e.kind, e.action, e.person_id, e.patient_id, e.patients,
       e.table_name, e.row_id, e.allowed, e.out_of_band, e.payload, e.leaf, e.new_sha256,
       (e.payload::jsonb ->> 'as_of')::timestamptz AS as_of,
       coalesce(e.payload::jsonb ->> 'person_name', '') AS person_name,
       coalesce(e.payload::jsonb ->> 'role', '') AS role,
       coalesce(e.payload::jsonb ->> 'organization', '') AS organization,
       coalesce(e.payload::jsonb ->> 'on_behalf_of', '') AS on_behalf_of,
       coalesce(e.payload::jsonb ->> 'request_id', '') AS request_id,
       coalesce(e.payload::jsonb ->> 'act', '') AS act,
       coalesce(e.payload::jsonb ->> 'reason', '') AS reason,
       e.payload::jsonb ->> 'database_user' AS database_user,
       coalesce(e.payload::jsonb ->> 'database_address', '') AS database_address,
       coalesce(e.payload::jsonb ->> 'address', '') AS address,
       coalesce(e.payload::jsonb -> 'details', '{}') AS details,
       e.payload::jsonb -> 'old' AS old,
       e.payload::jsonb -> 'new' AS new
  FROM audit.event e;

CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The trail is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;

-- Appends one entry. What the system knows is merged last, so that no caller can say otherwise.
-- The text of PostgreSQL's own jsonb is the canonical form: keys once, in its order, UTC.
CREATE OR REPLACE FUNCTION audit.write(said jsonb, source text) RETURNS audit.event LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC' AS $$
DECLARE
    entry audit.event;
    now_at timestamptz := clock_timestamp();
BEGIN
    -- Before the epoch is read: who waits here for a new one to be opened then writes into that.
    LOCK TABLE audit.event IN ROW EXCLUSIVE MODE;
    entry.id := nextval('audit.event_id');
    entry.at := now_at;
    entry.txid := pg_current_xact_id()::text::bigint;
    entry.epoch := (SELECT max(no) FROM audit.epoch);
    entry.payload := (said || jsonb_strip_nulls(jsonb_build_object(
        'id', entry.id, 'uuid', gen_random_uuid(), 'epoch', entry.epoch, 'txid', entry.txid, 'at', now_at,
        'source', source, 'database_user', session_user, 'database_address', host(inet_client_addr()),
        'application', nullif(current_setting('application_name'), ''))))::text;
    IF octet_length(entry.payload) > 262144 THEN
        RAISE EXCEPTION 'An entry of the trail of % bytes; 262144 is the most.', octet_length(entry.payload)
            USING ERRCODE = 'check_violation';
    END IF;
    entry.leaf := sha256('\x00'::bytea || convert_to(entry.payload, 'UTF8'));
    INSERT INTO audit.event (id, epoch, txid, at, payload, leaf)
    VALUES (entry.id, entry.epoch, entry.txid, entry.at, entry.payload, entry.leaf);
    RETURN entry;
END $$;

-- What the application may: append an entry of its own. It can neither read nor change one.
CREATE OR REPLACE FUNCTION audit.append(said jsonb, OUT id bigint, OUT at timestamptz, OUT leaf bytea)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry audit.event;
BEGIN
    IF coalesce(said ->> 'action', '') !~ '^[a-z_]+\.[a-z_]+$' OR said ->> 'action' LIKE 'row.%' THEN
        RAISE EXCEPTION 'An entry of the trail names its action.' USING ERRCODE = 'check_violation';
    END IF;
    entry := audit.write(said, 'application');
    id := entry.id;
    at := entry.at;
    leaf := entry.leaf;
END $$;

-- A row as the trail keeps it: without columns that are noise, secrets as digests.
CREATE OR REPLACE FUNCTION audit.image(live jsonb, quiet text, digested text) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN live IS NULL THEN NULL ELSE
        (live - string_to_array(quiet, ',')) || coalesce((
            SELECT jsonb_object_agg(name, 'sha256:' || encode(sha256(convert_to(live ->> name, 'UTF8')), 'hex'))
              FROM unnest(string_to_array(digested, ',')) AS name
             WHERE coalesce(live ->> name, '') <> ''), '{}')
    END
$$;

-- What the running act said about itself (audit/context.py), and nothing else that a caller might put there.
CREATE OR REPLACE FUNCTION audit.context() RETURNS jsonb LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(key, value), '{}')
      FROM jsonb_each(nullif(current_setting('rems.context', true), '')::jsonb)
     WHERE key IN ('act', 'person_id', 'person_name', 'role', 'organization', 'on_behalf_of', 'request_id', 'address',
                   'reason', 'as_of')
$$;

CREATE OR REPLACE FUNCTION audit.row_change(
    table_name text, operation text, patient_key text, key text, old_row jsonb, new_row jsonb, quiet text, digested text
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old_image jsonb := CASE WHEN quiet = '' AND digested = '' THEN old_row ELSE audit.image(old_row, quiet, digested) END;
    new_image jsonb := CASE WHEN quiet = '' AND digested = '' THEN new_row ELSE audit.image(new_row, quiet, digested) END;
    image jsonb := coalesce(new_image, old_image);
BEGIN
    IF operation = 'update' AND old_image = new_image THEN
        RETURN;
    END IF;
    PERFORM audit.write(
        audit.context() || jsonb_strip_nulls(jsonb_build_object(
            'kind', 'change', 'action', 'row.' || operation, 'table', table_name, 'row_id', image ->> key,
            'patient_id', image -> patient_key,
            'new_sha256', encode(sha256(convert_to(new_image::text, 'UTF8')), 'hex')
        )) || CASE WHEN old_image IS NULL THEN '{}' ELSE jsonb_build_object('old', old_image) END
           || CASE WHEN new_image IS NULL THEN '{}' ELSE jsonb_build_object('new', new_image) END,
        'database');
END $$;

-- The trigger of every regulated table; its arguments: key, patient's column, quiet and digested columns.
CREATE OR REPLACE FUNCTION audit.record_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC' SET bytea_output = 'hex' SET intervalstyle = 'postgres' SET extra_float_digits = 1 AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM audit.row_change(TG_TABLE_NAME, 'truncate', '', '', NULL, NULL, '', '');
    ELSE
        PERFORM audit.row_change(
            TG_TABLE_NAME, lower(TG_OP), TG_ARGV[1], TG_ARGV[0],
            CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
            CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END,
            TG_ARGV[2], TG_ARGV[3]);
    END IF;
    RETURN NULL;
END $$;

-- Rows that were there before their table was regulated: one entry each, so that each row has its image.
CREATE OR REPLACE FUNCTION audit.record_existing(
    regulated regclass, key text, patient_key text, quiet text, digested text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC' SET bytea_output = 'hex' SET intervalstyle = 'postgres' SET extra_float_digits = 1 AS $$
DECLARE
    there jsonb;
BEGIN
    FOR there IN EXECUTE format('SELECT to_jsonb(t) FROM %s t', regulated) LOOP
        PERFORM audit.row_change(
            (SELECT relname FROM pg_class WHERE oid = regulated), 'existing', patient_key, key, NULL, there, quiet, digested);
    END LOOP;
END $$;

-- A new epoch, when the database is another one than the last epoch knew: restored, or moved.
CREATE OR REPLACE FUNCTION audit.open_epoch(why text) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    opened integer;
BEGIN
    INSERT INTO audit.epoch (no, system_identifier, reason)
    SELECT coalesce((SELECT max(no) FROM audit.epoch), 0) + 1,
           (SELECT system_identifier::text FROM pg_control_system()), why
    RETURNING no INTO opened;
    PERFORM audit.write(jsonb_build_object(
        'kind', 'system', 'action', 'audit.open_epoch', 'reason', why, 'details', jsonb_build_object('epoch', opened)),
        'application');
    RETURN opened;
END $$;

-- Nobody writes an entry of the old epoch any more once this returned in the caller's transaction.
CREATE OR REPLACE FUNCTION audit.hold_writers() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    LOCK TABLE audit.event IN SHARE ROW EXCLUSIVE MODE;
END $$;

-- Guards against accidents of the owner; ALWAYS, so that a replica's role skips none.
DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['event', 'leaf', 'seal', 'epoch', 'key'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS refuse_rows ON audit.%I', guarded);
        EXECUTE format('DROP TRIGGER IF EXISTS refuse_truncate ON audit.%I', guarded);
        EXECUTE format('CREATE TRIGGER refuse_rows BEFORE UPDATE OR DELETE ON audit.%I'
                       ' FOR EACH ROW EXECUTE FUNCTION audit.refuse()', guarded);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.%I'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', guarded);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER refuse_rows', guarded);
        EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER refuse_truncate', guarded);
    END LOOP;
    IF NOT EXISTS (SELECT FROM audit.epoch) THEN
        PERFORM audit.open_epoch('Installed.');
    END IF;
END $$;
