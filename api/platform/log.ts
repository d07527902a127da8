export type Log = (event: string, facts?: Record<string, unknown>) => void

/** One JSON object per line on standard error. Never hand it a token, a mail address or what somebody wrote. */
export const logToStderr: Log = (event, facts = {}) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts }, plainErrors)}\n`)
}

function plainErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { message: value.message, stack: value.stack, cause: value.cause } : value
}
