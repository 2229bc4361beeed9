// Pictures are made small before they are sent, as a chat does.

const LARGEST = 1280;

export async function shrunk(file) {
  const whole = await createImageBitmap(file), share = Math.min(1, LARGEST / Math.max(whole.width, whole.height));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.max(1, whole.width * share), height: Math.max(1, whole.height * share) });
  canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85).split(",")[1];
}
