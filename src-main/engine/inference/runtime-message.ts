/**
 * What went wrong, in one line without a full stop: ONNX Runtime's messages start with the place in its
 * source; what went wrong comes after.
 */
export function runtimeMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n').find((text) => text.trim() !== '') ?? message;
  return line
    .trim()
    .replace(/^.*? was false\. /u, '')
    .replace(/^\/\S+:\d+ .*?\) ?(?=[A-Z[])/u, '')
    .replace(/\.$/u, '');
}
