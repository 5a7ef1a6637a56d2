// The progress of a job, without reloading the page under whoever reads it. Without a script, a reload shows the same.
const wait = 1500; // milliseconds between two looks

async function look() {
  const here = document.getElementById("job");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = answer.ok && page.getElementById("job");
    if (there) show(here, there);
  } catch {
    // Out of reach for a moment: it is asked again.
  }
  if (document.querySelector("#job[data-under-way]")) setTimeout(look, wait);
}

function show(here, there) {
  if (there.hasAttribute("data-under-way")) {
    // The numbers alone: the button that stops it keeps the focus.
    here.querySelector("#job-state").replaceWith(there.querySelector("#job-state"));
    here.querySelector("progress").replaceWith(there.querySelector("progress"));
    return;
  }
  const hadFocus = here.contains(document.activeElement);
  here.replaceWith(there);
  if (hadFocus) there.focus();
}

setTimeout(look, wait);
