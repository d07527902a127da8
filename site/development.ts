import type { AstroIntegration } from 'astro'

export function torvInDevelopment(): AstroIntegration {
  return { name: 'torv-in-development', hooks: {} }
}
