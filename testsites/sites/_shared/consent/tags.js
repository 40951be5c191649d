// The tags of the sites about consent: what a newspaper's page loads for
// measuring and for advertising. Nothing runs before a function is called.
const tags = (() => {
  const once = {};
  const script = src => {
    const s = document.createElement("script");
    s.async = true;
    s.src = src;
    document.head.append(s);
  };
  // Google Analytics, with cookies that stay 13 months (395 days).
  const analytics = () => {
    if (once.analytics) return;
    once.analytics = true;
    window.dataLayer = window.dataLayer || [];
    window.gtag = window.gtag || function () { window.dataLayer.push(arguments) };
    gtag("js", new Date());
    gtag("config", "G-COURIER1", {cookie_expires: 395 * 86400});
    script("https://www.googletagmanager.com/gtag/js?id=G-COURIER1");
  };
  // The pixels of Meta and of Google's advertising.
  const marketing = () => {
    if (once.marketing) return;
    once.marketing = true;
    window.fbq = window.fbq || function () { window.fbq.queue.push(arguments) };
    window.fbq.queue = window.fbq.queue || [];
    fbq("init", "1234567890");
    fbq("track", "PageView");
    script("https://connect.facebook.net/en_US/fbevents.js");
    remarketing();
  };
  const remarketing = () => {
    new Image().src = "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/?guid=ON&script=0&url=" + encodeURIComponent(location.href);
  };
  const all = () => { analytics(); marketing() };
  // Takes back what a site can take back: its own cookies.
  const forget = () => {
    const domain = location.hostname.split(".").slice(-2).join(".");
    for (const pair of document.cookie.split("; ")) {
      const name = pair.split("=")[0];
      if (/^(_ga|_fbp)/.test(name)) document.cookie = `${name}=; Domain=${domain}; Path=/; Max-Age=0`;
    }
  };
  const has = cookie => document.cookie.split("; ").some(pair => pair.startsWith(cookie + "="));
  return {analytics, marketing, remarketing, all, forget, has};
})();
