// The progress of a job, without reloading the page under whoever reads it. Without a script, a reload shows the same.
const wait = 1500; // milliseconds between two looks

async function look() {
  const here = document.getElementById("job");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const there = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("job");
      if (there) here.replaceWith(there);
    }
  } catch {
    // Out of reach for a moment: it is asked again.
  }
  if (document.querySelector("#job[data-under-way]")) setTimeout(look, wait);
}

setTimeout(look, wait);
