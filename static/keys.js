/* Shortcuts, and a scanner that works wherever the focus is. Everything here can be done without it.
   Single keys do nothing while somebody writes, and can be switched off (data-keys="off"). */
(() => {
  "use strict";
  const given = document.currentScript.dataset;
  const SCAN = 8; // A number has 12 characters; nobody types so many within a blink each.
  const BLINK = 50; // Milliseconds between two keys of a scanner, at most.
  const WRITTEN = new Set(["date", "time", "checkbox", "radio", "button", "submit", "reset", "range", "file"]);
  const box = () => document.querySelector("form.verify input[name=n]");

  const writes = (element) =>
    element.isContentEditable || element.matches("textarea, select") ||
    (element.matches("input") && !WRITTEN.has(element.type));

  /* The scanner: keys that come faster than any hand, closed by Enter. */
  let burst = "", last = 0, before = null, field = null, waiting = 0;

  const scanned = () => burst.length >= SCAN && /^[AC][0-9A-Z -]+$/i.test(burst);

  const forget = () => { clearTimeout(waiting); burst = ""; field = null; };

  const take = (number) => {
    if (field) field.value = before;
    const to = box();
    if (to) { to.value = number; to.form.requestSubmit(); return; }
    const verify = document.querySelector("a[data-scan]");
    if (verify) location.assign(`${verify.pathname}?n=${encodeURIComponent(number)}`);
  };

  const gather = (event) => {
    if (event.timeStamp - last > BLINK) {
      forget();
      field = writes(document.activeElement) ? document.activeElement : null;
      before = field && field.value;
    }
    last = event.timeStamp;
    burst += event.key;
    clearTimeout(waiting);
    waiting = setTimeout(settle, BLINK + 30);
  };

  /* What was no scan: one key, or a few that a quick hand pressed. */
  const settle = () => {
    const keys = field || burst.length >= SCAN ? "" : burst;
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
    if (dialog && !dialog.open) dialog.showModal();
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
      const number = burst;
      if (scanned() && document.activeElement !== box() && event.timeStamp - last <= BLINK) {
        event.preventDefault();
        take(number);
        forget();
      } else settle();
      return;
    }
    if (event.key.length !== 1) return;
    if (event.key === "/" && !writes(document.activeElement) && given.keys !== "off") event.preventDefault();
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
