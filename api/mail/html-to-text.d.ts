// The package brings no types; this is what we use of it.
declare module 'html-to-text' {
  type Selector = { selector: string; format?: string; options?: Record<string, unknown> }
  type Options = {
    baseElements?: { selectors: string[]; returnDomByDefault: boolean }
    wordwrap?: number | false
    selectors?: Selector[]
    limits?: { maxInputLength?: number; maxDepth?: number; maxChildNodes?: number; ellipsis?: string }
  }
  export function compile(options?: Options): (html: string) => string
}
