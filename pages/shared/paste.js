// Gives pictures from the clipboard to the page's uploader, as if they were dropped on it.
if (!window.whereAmIPastes) {
  window.whereAmIPastes = true
  const uploader = '[data-testid="stFileUploader"] input[type="file"]:enabled'
  const latestMs = 30_000

  const give = (pictures, until) => {
    const input = document.querySelector(uploader)
    if (input) {
      const carried = new DataTransfer()
      pictures.forEach(file => carried.items.add(file))
      input.files = carried.files
      input.dispatchEvent(new Event("change", { bubbles: true }))
    } else if (performance.now() < until) {
      // On a slow line the uploader comes after this script.
      setTimeout(give, 100, pictures, until)
    }
  }

  document.addEventListener("paste", event => {
    const pictures = [...event.clipboardData.files].filter(file => file.type.startsWith("image/"))
    if (!pictures.length) return
    event.preventDefault()
    give(pictures, performance.now() + latestMs)
  })
}
