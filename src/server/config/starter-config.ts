/** The text of DIR/custody.yaml as `custody init` writes it: every setting at its default, or `database` as given. */
export function starterConfig(database = 'env:CUSTODY_DATABASE'): string {
  return `# Custody's server. Every line holds the default and may be removed.
listen: 127.0.0.1:4880        # elsewhere only with behindProxy: true and a TLS proxy in front
behindProxy: false
database: ${database}   # names a postgres:// address; without one all is in DIR/ledger.db
node: n1                      # this server's name in what it records; each of several needs its own

# publicUrl: https://custody.example.com   what browsers call this server, when that is not a loopback address
identity:
  passwords: true             # false when everybody signs in through the identity provider
  # oidc: { issuer: https://login.example.com, clientId: custody, clientSecret: env:CUSTODY_OIDC_CLIENT_SECRET }

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

witness:
  policy: witness-policy.txt  # in the data directory (C2SP tlog-policy); without the file there are no witnesses
  heartbeat: 1m               # an unchanged log is shown to the witnesses again after so long
  alertAfter: 15m             # without a quorum of them for so long, the server complains

metrics:
  token: env:CUSTODY_METRICS_TOKEN  # who shows it as bearer may read /metrics; so may persons and services with the role

scim:                         # the company's directory; docs/scim.md
  deactivation:               # beyond this share of active persons within the window, an administrator has to confirm
    share: 20%
    window: 1h
    atLeast: 5                # so many may always be deactivated
  roles: {}                   # by the name of a group: Custody Admins: [administrator]

keys:
  services: {}                # keys behind a key service, by name

runs:
  abandonAfter: 30s           # a run whose wrapper is silent for so long is closed as abandoned
  tokenLifetime: 15m          # how long a run token counts without a sign of life from its wrapper
`
}
