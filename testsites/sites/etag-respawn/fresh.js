// A new code for every visit: after the cookies are deleted nobody knows the visitor.
const found = document.cookie.match(/(?:^|; )visit=([^;]+)/);
document.cookie = "visit=" + (found ? found[1] : crypto.randomUUID()) + "; Max-Age=31536000; Path=/; Secure";
