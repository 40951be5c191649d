// Keeps an identifier on the site, and tells its own company.
if (!/_ads_uid=/.test(document.cookie)) document.cookie = "_ads_uid=" + crypto.randomUUID() + "; Max-Age=31536000; Path=/; Secure";
new Image().src = "https://px.ads.example/-/pixel.gif?uid=" + document.cookie.match(/_ads_uid=([^;]+)/)[1];
