caches.open("visitors").then(cache => cache.put("/visitor", new Response(crypto.randomUUID())));
