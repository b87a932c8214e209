/* A field with a list of suggestions becomes a combobox (ARIA 1.2). Typing narrows the list and marks the first match
   that begins with it; Tab or Enter takes what is marked, arrows move, Escape closes. Anything else may be typed.
   data-takes="word": what was typed may begin any word of a match, as it cannot stand for itself; "one": that, and
   only where nothing else matches; "chosen": only arrows mark. In both of words a typed number has to be a whole one.
   data-stands: what stays as typed. data-from: where suggestions are asked for, and what else they fill in. data-words
   of an option: by what it is found beside its value, where that is not all that is said of it.
   Without this script the browser shows the list itself. */
(() => {
  "use strict";
  const FEWEST = 3, PATIENCE = 150, MOST = 12; // Letters before the server is asked, ms of rest before it, rows shown.
  const NUMBER = /^[0-9.]+$/;
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
  const words = (text) => fold(text).split(/[\s,/()-]+/).filter(Boolean);

  const named = (field) => {
    const label = document.querySelector(`label[for="${field.id}"]`);
    return label ? label.firstChild.textContent.trim() : field.name;
  };

  const combobox = (input) => {
    const box = document.createElement("ul"), says = document.createElement("p");
    const stands = input.dataset.stands && new RegExp(`^(?:${input.dataset.stands})$`, "i");
    const takes = input.dataset.takes, worded = takes === "word" || takes === "one";
    let known = [...(input.list ? input.list.options : [])]
      .map((one) => ({ value: one.value, beside: one.text, by: one.dataset.words ?? one.text }));
    let shown = [], marked = -1, waiting = 0, asked = "";

    /* 4: it is what was typed; 3: it begins with it; 2: words of it do; 1: they do, but a number of it is a longer one
       (2 and 2.5, 2 and 20), so that it is shown and never marked; 0: no match. */
    const rank = (one, typed) => {
      const value = fold(one.value), all = words(`${one.value} ${one.by ?? one.beside}`), parts = words(typed);
      if (value === typed) return 4;
      const begins = value.startsWith(typed);
      if (!begins && !parts.every((part) => all.some((word) => word.startsWith(part)))) return 0;
      if (worded && parts.some((part) => NUMBER.test(part) && !all.includes(part))) return 1;
      return begins ? 3 : 2;
    };

    /* The first match, where what was typed begins it and cannot stand for itself. */
    const first = (typed) => {
      if (!typed || takes === "chosen") return -1;
      const least = stands && stands.test(input.value.trim()) ? 4 : worded ? 2 : 3;
      const full = shown.filter((one) => rank(one, typed) >= least).length;
      return full && (full === 1 || takes !== "one") ? 0 : -1;
    };

    const mark = (at) => {
      marked = at;
      [...box.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
      if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", box.children[at].id);
      box.children[at].scrollIntoView({ block: "nearest" });
    };

    const row = (one, at) => {
      const made = document.createElement("li"), value = document.createElement("strong");
      made.id = `${input.id}_option_${at}`;
      made.setAttribute("role", "option");
      value.textContent = one.value;
      made.append(value, one.beside && one.beside !== one.value ? ` ${one.beside}` : "");
      made.addEventListener("mousedown", (event) => event.preventDefault()); // The field keeps the focus.
      made.addEventListener("click", () => take(at));
      return made;
    };

    const show = (typed) => {
      shown = known.filter((one) => !typed || rank(one, typed));
      if (typed) shown.sort((a, b) => rank(b, typed) - rank(a, typed));
      shown = shown.slice(0, typed ? MOST : known.length);
      box.replaceChildren(...shown.map(row));
      /* What stands there already need not be taken, and covers nothing. */
      box.hidden = !shown.length || (typed && shown[0].value === input.value && !shown[0].fills);
      input.setAttribute("aria-expanded", String(!box.hidden));
      if (!box.hidden) box.scrollIntoView({ block: "nearest" });
      mark(first(typed));
    };

    const close = () => {
      clearTimeout(waiting);
      asked = "";
      box.hidden = true;
      input.setAttribute("aria-expanded", "false");
      mark(-1);
    };

    /* Nothing is filled in over what stands there. What was is answered, in words. */
    const fill = (fields) => {
      const filled = Object.keys(fields || {}).map((name) => input.form.elements.namedItem(name))
        .filter((other) => other && !other.value && fields[other.name]);
      for (const other of filled) other.value = fields[other.name];
      const names = filled.map((other) => named(other)).join(", ");
      return names && ` Also filled in: ${names}. Change what differs.`;
    };

    const take = (at) => {
      const one = shown[at];
      input.value = one.value;
      close();
      input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "taken" }));
      says.textContent = `Entered: ${one.value}.${fill(one.fills)}`;
    };

    const ask = async (typed) => {
      asked = typed;
      const answer = await fetch(`${input.dataset.from}?q=${encodeURIComponent(typed)}`);
      if (!answer.ok || asked !== typed || document.activeElement !== input) return;
      known = (await answer.json()).found;
      show(typed);
    };

    const look = () => {
      const typed = fold(input.value);
      clearTimeout(waiting);
      says.textContent = "";
      if (!typed) { close(); return; }
      show(typed);
      if (input.dataset.from && typed.length >= FEWEST) waiting = setTimeout(() => ask(typed).catch(close), PATIENCE);
    };

    const move = (by) => {
      if (box.hidden) show("");
      if (shown.length) mark(marked < 0 && by < 0 ? shown.length - 1 : (marked + by + shown.length) % shown.length);
    };

    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by) { event.preventDefault(); move(by); }
      if (box.hidden) return;
      if (event.key === "Escape") { event.preventDefault(); close(); }
      if (marked < 0 || event.shiftKey) return;
      if (event.key === "Enter" && shown[marked].value !== input.value) { event.preventDefault(); take(marked); }
      else if (event.key === "Tab") take(marked);
    };

    box.className = "options";
    box.id = `${input.id}_options`;
    box.hidden = true;
    says.className = "form-text";
    says.setAttribute("role", "status");
    for (const [name, value] of [["role", "listbox"], ["aria-label", "Suggestions"]]) box.setAttribute(name, value);
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": box.id };
    for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
    input.removeAttribute("list");
    input.after(box, says);
    input.addEventListener("input", (event) => { if (event.detail !== "taken") look(); });
    input.addEventListener("keydown", press);
    input.addEventListener("click", () => { if (box.hidden) show(fold(input.value)); });
    input.addEventListener("blur", close);
  };

  document.querySelectorAll("input[list], input[data-from]").forEach(combobox);
})();
