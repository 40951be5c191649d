document.getElementById("challenge-stage").textContent = "Checking";
