/** Fetches the picture that the page shows, and sends it in one message. */

const port = chrome.runtime.connect();

port.onMessage.addListener(async () => {
  const picture = document.querySelector("img[alt^='Generated image']");
  const response = await fetch(picture.currentSrc, { credentials: "include" });
  const reader = new FileReader();
  reader.onload = () => port.postMessage({ data: reader.result.replace(/^[^,]*,/, "") });
  reader.readAsDataURL(await response.blob());
});
port.postMessage({ ready: true });
