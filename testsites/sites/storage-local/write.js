localStorage.setItem("visitor", crypto.randomUUID());
