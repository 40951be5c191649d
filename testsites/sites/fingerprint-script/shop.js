(() => {
  // Uses a little of everything, for the visitor's sake: one script, as bundlers make them.
  const draw = document.getElementById("chart").getContext("2d");
  draw.font = "12px sans-serif";
  ["Mon", "Tue", "Wed"].forEach((day, i) => { draw.fillRect(10 + i * 50, 60 - i * 15, 30, i * 15 + 5); draw.fillText(day, 10 + i * 50, 75) });
  const wide = innerWidth > 700, touch = navigator.maxTouchPoints > 0, sharp = devicePixelRatio > 1;
  document.body.className = [wide && "wide", touch && "touch", sharp && "sharp"].filter(Boolean).join(" ");
  document.documentElement.lang = navigator.language.slice(0, 2);
  const price = new Intl.NumberFormat(navigator.language, {style: "currency", currency: "EUR"}).format(19.95);
  document.body.append(price, " until ", new Intl.DateTimeFormat(navigator.language, {dateStyle: "long"}).format(new Date()));
  const webp = document.createElement("canvas").toDataURL("image/webp").startsWith("data:image/webp");
  document.body.dataset.pictures = webp ? "webp" : "jpeg";
})();
