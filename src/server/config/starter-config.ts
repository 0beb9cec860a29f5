/** The text of DIR/custody.yaml as `custody init` writes it: every setting at its default. */
export function starterConfig(): string {
  return `# Custody's server. Every line holds the default and may be removed.
listen: 127.0.0.1:4880        # elsewhere only with behindProxy: true and a TLS proxy in front
behindProxy: false

gateway:
  maxBody: 32MB               # larger requests are refused
  upstreams:                  # a key is named, never written here: env:NAME or file:PATH
    anthropic:
      url: https://api.anthropic.com
      key: env:ANTHROPIC_API_KEY
      headersTimeout: 10m     # how long a model may think before its answer starts
      bodyTimeout: 10m        # and between two pieces of it
    openai:
      url: https://api.openai.com
      key: env:OPENAI_API_KEY
      headersTimeout: 10m
      bodyTimeout: 10m
    gemini:
      url: https://generativelanguage.googleapis.com
      key: env:GEMINI_API_KEY
      headersTimeout: 10m
      bodyTimeout: 10m

runs:
  abandonAfter: 30s           # a run whose wrapper is silent for so long is closed as abandoned
  tokenLifetime: 12h          # how long a run token is accepted
`
}
