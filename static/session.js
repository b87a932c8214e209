/* Warns two minutes before the session ends, lets it be extended, and keeps what was typed on a page that outlived
   its session. Without this script the line at the foot of the page says when it ends, and its button extends it. */
(() => {
  "use strict";
  const WARN = 120;
  const ALOUD = new Set([60, 30, 10]);
  const line = document.getElementById("session");
  const dialog = document.getElementById("session-dialog");
  if (!line || !dialog) return;
  const aloud = dialog.querySelector("[data-aloud]");
  let ends = Date.now() + Number(line.dataset.seconds) * 1000;
  let final = line.dataset.final === "yes";
  let over = false;

  const left = () => Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  const words = (seconds) => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`);

  const show = (when, title) => {
    for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== when;
    dialog.querySelector("[data-title]").textContent = title;
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector(".actions [data-when]:not([hidden])") ?? dialog).focus();
  };
  const close = () => { if (dialog.open) dialog.close(); };

  const say = () => {
    const seconds = left();
    for (const part of dialog.querySelectorAll("[data-left-words]")) part.textContent = words(seconds);
    if (ALOUD.has(seconds)) aloud.textContent = `${words(seconds)} left`;
  };

  const renew = (token) => {
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  };

  const learn = (told) => {
    if (told.seconds && String(told.person) !== line.dataset.person) {
      over = true;
      show("other", "Somebody else is signed in");
      return;
    }
    ends = Date.now() + told.seconds * 1000;
    final = Boolean(told.final);
    if (told.token) renew(told.token);
    if (told.seconds > 0) over = false;
    if (told.seconds > WARN) close();
  };

  /* Other windows extend the session, too: before it warns it asks how long is left. Asking extends nothing. */
  const ask = async () => {
    const answer = await fetch(line.dataset.left, { headers: { Accept: "application/json" } });
    if (answer.ok) learn(await answer.json());
  };

  let asking = false;
  let warned = false;
  const look = async () => {
    if (over || asking) return;
    if (left() > WARN) { warned = false; return; }
    if (!warned || left() === 0) {
      asking = true;
      try { await ask(); } catch { /* Not reached: the clock of this page goes on. */ } finally { asking = false; }
      if (over || left() > WARN) return;
    }
    if (left() === 0) { over = true; show("over", "Your session has ended"); return; }
    say();
    if (!warned) {
      warned = true;
      show(final ? "final" : "soon", "Your session is about to end");
    }
  };

  const extend = async () => {
    const token = line.querySelector("input[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(line.action, {
      method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    if (!(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) throw new Error("signed out");
    learn(await answer.json());
    if (!answer.ok) show("final", "Your session is about to end");
  };

  dialog.querySelector("[data-extend]").addEventListener("click", () => {
    extend().catch(() => { warned = false; ends = Math.min(ends, Date.now()); look(); });
  });
  dialog.querySelector("[data-close]").addEventListener("click", close);
  dialog.querySelector("[data-check]").addEventListener("click", () => ask().catch(() => {}));
  dialog.addEventListener("cancel", (event) => { if (over) event.preventDefault(); });
  document.addEventListener("submit", (event) => {
    if (!over) return;
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
  }, true);
  window.addEventListener("focus", () => { if (over) ask().catch(() => {}); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) ask().catch(() => {}); });
  setInterval(look, 1000);
  look();
})();
