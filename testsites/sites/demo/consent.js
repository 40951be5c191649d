// The dialog looks right and does nothing: whatever is pressed, it only goes away.
for (const button of document.querySelectorAll("#consent button"))
  button.addEventListener("click", () => { document.getElementById("consent").hidden = true });
