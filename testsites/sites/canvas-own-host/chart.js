(() => {
  // A bar chart with labels: drawn for the eye, never read back.
  const draw = document.getElementById("chart").getContext("2d");
  const sales = {January: 12, February: 19, March: 8, April: 24, May: 17, June: 21};
  draw.font = "12px sans-serif";
  Object.entries(sales).forEach(([month, value], i) => {
    draw.fillStyle = `hsl(${i * 50} 60% 50%)`;
    draw.fillRect(20 + i * 60, 180 - value * 6, 40, value * 6);
    draw.fillStyle = "#333";
    draw.fillText(month, 20 + i * 60, 195);
    draw.fillText(value + " items", 20 + i * 60, 174 - value * 6);
  });
  document.getElementById("export").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = document.getElementById("chart").toDataURL("image/png");
    link.textContent = "chart.png";
    document.body.append(link);
  });
})();
