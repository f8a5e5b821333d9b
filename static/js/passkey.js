// A passkey in the place of a code.
document.querySelector("[data-passkey]").onclick = async ({ target: { dataset, form } }) => {
  const [asked] = Object.values(JSON.parse(document.getElementById("passkey").textContent));
  form.credential.value = JSON.stringify(await webauthnJSON[dataset.passkey](asked));
  form.submit();
};
