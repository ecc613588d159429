// Gives pictures from the clipboard to the page's uploader, as if they were dropped on it.
if (!window.whereAmIPastes) {
  window.whereAmIPastes = true
  document.addEventListener("paste", event => {
    const pictures = [...event.clipboardData.files].filter(file => file.type.startsWith("image/"))
    const input = document.querySelector('[data-testid="stFileUploader"] input[type="file"]')
    if (!pictures.length || !input) return
    const carried = new DataTransfer()
    pictures.forEach(file => carried.items.add(file))
    input.files = carried.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
    event.preventDefault()
  })
}
