/* "Use a passkey" beside a signature: asks for a challenge, lets the passkey answer it, sends the form.
   Without this script the password works. */
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const challenge = async (form, address) => {
    const token = form.elements.namedItem("csrfmiddlewaretoken").value;
    const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
    const options = told.publicKey;
    options.challenge = bytes(options.challenge);
    for (const known of options.allowCredentials) known.id = bytes(known.id);
    return options;
  };

  const answered = (credential) => JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      authenticatorData: text(credential.response.authenticatorData),
      clientDataJSON: text(credential.response.clientDataJSON),
      signature: text(credential.response.signature),
      userHandle: credential.response.userHandle ? text(credential.response.userHandle) : null,
    },
  });

  for (const button of document.querySelectorAll("[data-passkey]")) {
    const says = button.parentElement.querySelector("[role=status]");
    if (!window.PublicKeyCredential) { says.textContent = "This browser knows no passkeys. Use the password."; continue; }
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      says.textContent = "Waiting for the passkey.";
      try {
        const publicKey = await challenge(button.form, button.dataset.passkey);
        document.getElementById(button.dataset.field).value = answered(await navigator.credentials.get({ publicKey }));
        button.form.requestSubmit();
      } catch (error) {
        button.disabled = false;
        says.textContent = "No passkey was used, and nothing was signed. Try again, or use the password.";
      }
    });
  }
})();
