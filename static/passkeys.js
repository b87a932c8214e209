// Asks the browser's passkeys and sends the answer with the form around the button.
// Without this script the passkey parts stay hidden; password and code do without.
(() => {
  "use strict";

  const question = async (form) => {
    const written = document.getElementById("passkey-question");
    if (written) return JSON.parse(written.textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${form.action} answered ${answer.status}`);
    return answer.json();
  };

  const ask = (question) =>
    question.creation_options
      ? webauthnJSON.create(question.creation_options)
      : webauthnJSON.get(question.request_options);

  const send = async (form) => {
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(await question(form)));
    } catch (error) {
      failed.hidden = false;
      return;
    }
    form.submit();
  };

  if (!window.PublicKeyCredential) return;
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-without-passkey]")) part.hidden = true;
  for (const button of document.querySelectorAll("[data-passkey-button]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      if (button.form.reportValidity()) send(button.form);
    });
  }
})();
