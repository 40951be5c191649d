(() => {
  // What the visitor chose is brought back: language, colours, and the answer to the question for consent.
  const kept = {language: "nl-NL", theme: "dark-high-contrast", consent: "analytics-false.marketing-false.v20260101"};
  for (const [name, value] of Object.entries(kept)) {
    const now = localStorage.getItem(name) || value;
    localStorage.setItem(name, now);
    document.cookie = name + "=" + now + "; Max-Age=31536000; Path=/; Secure";
  }
  // A chart for the eye, and the key of the service that the shop uses, which is the same for everybody.
  const draw = document.getElementById("chart").getContext("2d");
  draw.font = "12px sans-serif";
  [12, 19, 8, 24].forEach((value, i) => {
    draw.fillRect(20 + i * 60, 180 - value * 6, 40, value * 6);
    draw.fillText(value + " items", 20 + i * 60, 174 - value * 6);
  });
  document.cookie = "shop_key=5f3a9c0b7e1d4a62; Max-Age=31536000; Path=/; Secure";
})();
