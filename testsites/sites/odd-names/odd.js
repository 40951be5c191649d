// Names that mean something to HTML, spreadsheets, terminals, Markdown and logs.
const names = ["<img src=x onerror=alert(1)>", "=cmd|calc", "+1+1", "-1+1", "@SUM(A1)", "\u001b[31mred\u001b[0m", "a\nb", "a%0Ab", "::error file=x::y", "](javascript:alert(1))", "`code`", "|table|",
  "\u202eright to left", "\u0000nul", "'; DROP TABLE sites; --", "{{7*7}}", "${7*7}", "</script><script>alert(1)</script>", "x".repeat(3000), "\ud800"];
names.forEach((name, i) => {
  localStorage.setItem(name + " " + i, name);
  document.cookie = encodeURIComponent(name.isWellFormed() ? name : "lone").slice(0, 900) + i + "=" + i + "; Max-Age=3600";
  document.cookie = name.replace(/[;=\n\0]/g, "") + i + "=v; Max-Age=3600";
  new Image().src = "/-/pixel.gif?" + encodeURIComponent(name.isWellFormed() ? name : "lone") + "&raw=" + name.slice(0, 100);
});
new Image().src = "https://third.test/-/pixel.gif?long=" + "y".repeat(20000);
document.title += " " + "\u202e".repeat(10) + "z".repeat(5000);
