/* Keeps a form as a draft when its page is left without sending it. Without this script its button does. */
(() => {
  "use strict";
  for (const button of document.querySelectorAll("[data-keeps]")) {
    const form = button.form;
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    /* "Back without saving" means it. */
    form.addEventListener("click", (event) => { if (event.target.closest("a")) changed = false; });
    addEventListener("pagehide", () => {
      if (!changed) return;
      const typed = new FormData(form);
      typed.set(button.name, button.value);
      navigator.sendBeacon(location.pathname, typed);
    });
  }
})();
