/* What a page does more where scripts run: one click copies a number without its spaces, one prints the page, and a
   picture that is wider than the screen shows today. Without this script a number is selected whole by a click, the
   browser prints, and a picture shows its beginning. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";

  const picture = (name) => {
    const icon = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    icon.setAttribute("class", "icon");
    icon.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#i-${name}`);
    icon.append(use);
    return icon;
  };

  const select = (number) => {
    const range = document.createRange();
    range.selectNodeContents(number);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  /* A page that is not served securely has no clipboard: there the old command copies what is selected. */
  const copy = async (number, text) => {
    if (navigator.clipboard && isSecureContext) {
      await navigator.clipboard.writeText(text);
      return;
    }
    select(number);
    if (!document.execCommand("copy")) throw new Error("not copied");
  };

  const says = document.createElement("p");
  says.className = "visually-hidden";
  says.setAttribute("role", "status");
  document.body.append(says);

  const offer = (number) => {
    const text = number.textContent.replace(/\s/g, "");
    const grouped = text.replace(/(.{4})(?=.)/g, "$1 ");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy no-print";
    button.title = "Copy";
    button.setAttribute("aria-label", `Copy ${grouped}`);
    button.append(picture("copy"));
    button.addEventListener("click", async () => {
      try {
        await copy(number, text);
        says.textContent = `Copied ${grouped}.`;
        button.replaceChildren(picture("check"), "Copied");
      } catch {
        select(number);
        says.textContent = "Not copied. The number is selected: copy it with the keyboard.";
        button.replaceChildren(picture("warning"), "Selected");
      }
    });
    number.after(button);
  };

  for (const number of document.querySelectorAll(".number")) {
    if (!number.closest(".hash, a, button, label, [data-no-copy]")) offer(number);
  }
  for (const box of document.querySelectorAll(".course-box")) {
    const today = box.querySelector(".g-now").getBoundingClientRect().left - box.getBoundingClientRect().left;
    box.scrollLeft += today - box.clientWidth / 2;
  }
  for (const box of document.querySelectorAll("[data-from-end]")) box.scrollLeft = box.scrollWidth;
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
