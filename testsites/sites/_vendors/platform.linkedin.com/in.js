// Like LinkedIn's share plug-in.
for (const place of document.querySelectorAll("script[type='IN/Share']")) {
  const button = document.createElement("img");
  button.alt = "Share";
  button.src = "https://www.linkedin.com/share/count.gif?url=" + encodeURIComponent(location.href);
  place.after(button);
}
