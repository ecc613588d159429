// The uploader says of a refused file its status alone: the sentence of that status stands for it.
window.whereAmIRefusals = SENTENCES
if (!window.whereAmIReadsRefusals) {
  window.whereAmIReadsRefusals = true
  const status = /\w*Error: Request failed with status code (\d+)/
  const places = '[data-testid="stFileUploader"], [data-testid="stTooltipErrorContent"], [role="tooltip"]'

  const say = place => {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const text = texts.currentNode
      const sentence = window.whereAmIRefusals[text.nodeValue.match(status)?.[1]]
      if (sentence) text.nodeValue = text.nodeValue.replace(status, sentence)
    }
  }
  new MutationObserver(() => document.querySelectorAll(places).forEach(say))
    .observe(document.body, { childList: true, subtree: true, characterData: true })
}
