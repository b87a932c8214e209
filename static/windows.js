/* Countdowns go on while their page stays open, and what closes meanwhile says so: no page claims more time than there
   is. It counts from when the page was asked for, so a computer that slept, or whose clock is wrong, does not matter.
   Without this script each countdown has its moment beside it, and the answer the moment at which it was asked. */
(() => {
  "use strict";
  /* performance.timeOrigin is no wall clock: it is off by as long as the computer has slept. */
  const came = Date.now() - performance.now();
  const chips = [...document.querySelectorAll(".chip[data-left]")];
  const verdicts = [...document.querySelectorAll("[data-turns]")];
  if (!chips.length && !verdicts.length) return;

  const of = (many, what) => `${many} ${what}${many === 1 ? "" : "s"}`;

  /* As eligibility.moments.span_words says it. */
  const words = (seconds) => {
    const minutes = Math.floor(seconds / 60) % 60;
    const hours = Math.floor(seconds / 3600) % 24;
    const days = Math.floor(seconds / 86400);
    if (days >= 2) return of(days, "day");
    if (days) return hours ? `${days} d ${hours} h` : "24 h";
    if (hours) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
    return minutes ? `${minutes} min` : "under 1 min";
  };

  const say = (node, text) => { if (node && node.data !== text) node.data = text; };

  const turn = (verdict) => {
    if (verdict.dataset.turned) return;
    verdict.dataset.turned = "yes";
    verdict.querySelector("[data-says-turned]").hidden = false;
    if (!verdict.matches(".is-allowed, .is-warning")) return;
    verdict.classList.remove("is-allowed");
    verdict.classList.add("is-warning");
    verdict.querySelector(".verdict-sign use").setAttribute("href", "#i-clock");
    verdict.querySelector("h1, h2").textContent = "Ask once more";
    verdict.querySelector(".verdict-left").textContent = "closed";
    if (verdict.querySelector("h1")) document.title = document.title.replace(/^.* · /, "Ask once more · ");
  };

  const look = () => {
    const gone = Math.max(Date.now() - came, performance.now()) / 1000; // A clock set back gives no time back.
    for (const chip of chips) {
      const left = Number(chip.dataset.left) - gone;
      say(chip.lastChild, left < 0 ? "closed" : `${words(left)} left`);
      if (left < 0) chip.className = "chip is-refused";
    }
    for (const verdict of verdicts) {
      const left = Number(verdict.dataset.turns) - gone;
      if (left < 0) turn(verdict);
      else if (verdict.dataset.counts) say(verdict.querySelector(".verdict-left b").firstChild, words(left));
    }
  };

  window.addEventListener("pageshow", look);
  setInterval(look, 1000);
  look();
})();
