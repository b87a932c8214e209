/* Shortcuts, and a scanner that works wherever the focus is. Everything here can be done without it.
   Single keys do nothing while somebody writes, and can be switched off (data-keys="off"). */
(() => {
  "use strict";
  const given = document.currentScript.dataset;
  const NUMBER = /^[AC][0-9A-Z]{11}$/i; // Spaces and hyphens may stand between its characters.
  const BLINK = 80; // Milliseconds after which a single key is one, and no beginning of more.
  const PAUSE = 400; // Between two keys of a number, at most. A number begins with A or C, which are no shortcuts.
  const WRITTEN = new Set(["date", "time", "checkbox", "radio", "button", "submit", "reset", "range", "file"]);
  const box = () => document.querySelector("form.verify input[name=n]");

  const writes = (element) =>
    element.isContentEditable || element.matches("textarea, select") ||
    (element.matches("input") && !WRITTEN.has(element.type));

  /* Where only figures are written: no number of the program belongs there. */
  const counts = (element) => element.matches("input[inputmode=numeric]");

  /* The scanner: a whole number without a pause, closed by Enter. Its digits choose nothing. */
  let burst = "", last = 0, before = null, field = null, waiting = 0;

  const begun = () => /^[AC][0-9A-Z -]*$/i.test(burst);
  const scanned = () => NUMBER.test(burst.replace(/[ -]/g, ""));
  const patience = () => (begun() ? PAUSE : BLINK);

  const forget = () => { clearTimeout(waiting); burst = ""; field = null; };

  /* Whether the page leads to where numbers are verified; then it goes there. */
  const take = (number) => {
    const to = box(), verify = document.querySelector("a[data-scan]");
    if (!to && !verify) return false;
    if (field) field.value = before;
    if (to) { to.value = number; to.form.requestSubmit(); }
    else location.assign(`${verify.pathname}?n=${encodeURIComponent(number)}`);
    return true;
  };

  const gather = (event) => {
    if (/^[1-9]+$/.test(burst) && /^[AC]$/i.test(event.key)) settle();
    if (!burst || event.timeStamp - last > patience()) {
      forget();
      field = writes(document.activeElement) ? document.activeElement : null;
      before = field && field.value;
    }
    last = event.timeStamp;
    burst += event.key;
    clearTimeout(waiting);
    waiting = setTimeout(settle, patience());
  };

  /* What was no number: one key, or a few that a quick hand pressed. */
  const settle = () => {
    const keys = field || begun() ? "" : burst;
    forget();
    if (given.keys !== "off") for (const key of keys) single(key);
  };

  const numbered = () => [...document.querySelectorAll("form[data-digits] [data-digit]")];

  const answer = (key) => {
    const found = numbered()[Number(key) - 1];
    if (!found) return false;
    found.focus();
    found.click();
    return true;
  };

  const rows = () => [...document.querySelectorAll("main .tasks > li, main tbody > tr")]
    .map((row) => row.querySelector("a, button")).filter(Boolean);

  const step = (by) => {
    const all = rows();
    const at = all.findIndex((one) => one.closest("li, tr").contains(document.activeElement));
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    if (next) next.focus();
  };

  const goToBox = () => {
    const found = box() || document.querySelector("main [role=search] input, main .filters input");
    if (found) { found.focus(); found.select(); }
  };

  const today = () => {
    const day = document.activeElement;
    if (day.type !== "date" || day.readOnly) return;
    day.value = given.today;
    day.dispatchEvent(new Event("input", { bubbles: true }));
    day.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const list = () => {
    const dialog = document.getElementById("shortcuts");
    if (!dialog || dialog.open) return;
    dialog.showModal();
    dialog.querySelector("button").focus();
  };

  const single = (key) => {
    if (document.querySelector("dialog[open]")) return;
    if (/^[1-9]$/.test(key) && answer(key)) return;
    const does = { "/": goToBox, "?": list, t: today, j: () => step(1), k: () => step(-1) }[key.toLowerCase()];
    if (does) does();
  };

  /* What the main button of the form does in which one is, or of the page. */
  const press = () => {
    const form = document.activeElement.closest("form");
    const button = (form || document.querySelector("main")).querySelector("button.btn-primary[type=submit]");
    if (button) button.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); press(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Enter" && burst) {
      if (scanned() && event.timeStamp - last <= PAUSE) {
        if (take(burst)) event.preventDefault();
        forget();
      } else settle();
      return;
    }
    const active = document.activeElement;
    if (event.key.length !== 1 || (writes(active) && !counts(active))) return;
    if (event.key === "/" && !writes(active) && given.keys !== "off") event.preventDefault();
    if (!event.repeat) gather(event);
  });

  /* A number that stands in the box already gives way to the next one. */
  document.addEventListener("focusin", (event) => { if (event.target === box()) event.target.select(); });
  if (box() && document.activeElement === box()) box().select();

  if (given.keys === "off") return;
  numbered().slice(0, 9).forEach((one, at) => {
    const key = document.createElement("kbd");
    key.textContent = String(at + 1);
    one.setAttribute("aria-keyshortcuts", key.textContent);
    key.setAttribute("aria-hidden", "true");
    const label = document.querySelector(`label[for="${one.id}"]`);
    if (label) label.prepend(key, " ");
  });
})();
