-- Who may do what with the trail. Run by a superuser after trail.sql; safe to repeat.
REVOKE ALL ON SCHEMA audit FROM PUBLIC, rems_app, rems_owner, audit_sealer, audit_reader;
REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC, rems_app, rems_owner, audit_sealer, audit_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA audit FROM PUBLIC, rems_app, rems_owner, audit_sealer, audit_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC, rems_app, rems_owner, audit_sealer, audit_reader;
GRANT USAGE ON SCHEMA audit TO rems_app, rems_owner, audit_sealer, audit_reader;

GRANT EXECUTE ON FUNCTION audit.append(jsonb) TO rems_app, rems_owner, audit_sealer;
GRANT EXECUTE ON FUNCTION audit.record_row(), audit.record_existing(regclass, text, text, text, text) TO rems_owner;

GRANT SELECT ON audit.event, audit.leaf, audit.seal, audit.epoch, audit.key, audit.watermark TO audit_sealer;
GRANT INSERT ON audit.leaf, audit.seal, audit.key, audit.watermark TO audit_sealer;
GRANT UPDATE ON audit.watermark TO audit_sealer;
GRANT EXECUTE ON FUNCTION audit.open_epoch(text), audit.hold_writers() TO audit_sealer;

GRANT SELECT ON ALL TABLES IN SCHEMA audit TO audit_reader;
GRANT EXECUTE ON FUNCTION audit.image(jsonb, text, text) TO audit_reader;

-- The trail's owner reads what it records, the reader compares it with the last image.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO audit_owner, audit_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE rems_owner IN SCHEMA public GRANT SELECT ON TABLES TO audit_owner, audit_reader;
