// What the shop needs: a basket, and the way when it is asked for.
const basket = [];
for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    basket.push(button.dataset.add);
    document.getElementById("basket").textContent = "In your basket: " + basket.join(", ") + ".";
  });
}
document.getElementById("locate").addEventListener("click", () => {
  const way = document.getElementById("way");
  navigator.geolocation.getCurrentPosition(
    here => { way.textContent = `You are at ${here.coords.latitude.toFixed(2)}, ${here.coords.longitude.toFixed(2)}.` },
    () => { way.textContent = "We do not know where you are." });
});
