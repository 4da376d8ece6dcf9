/** Pages of web servers, as they arrive. */

/** One HTTP answer; status 0: no answer. */
export type Response = {
  readonly status: number;
  readonly body: string;
  readonly keepAlive: boolean;
  /** The web server that names itself in X-Served-By; undefined: none does. */
  readonly servedBy?: string;
};

/** Output of `curl --include`; an empty text: no answer. */
export function parseResponse(text: string): Response {
  const [head = "", ...rest] = text.split(/\r?\n\r?\n/);
  const status = Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1] ?? 0);
  const servedBy = /^x-served-by: (\S+)/im.exec(head)?.[1];
  return {
    status,
    body: rest.join("\n\n").trimEnd(),
    keepAlive: !/^connection: close/im.test(head),
    ...(servedBy === undefined ? {} : { servedBy }),
  };
}
