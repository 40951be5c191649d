sessionStorage.setItem("visitor", crypto.randomUUID());
