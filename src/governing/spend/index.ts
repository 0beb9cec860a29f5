export { createPrices, type Price, type Prices, type TokenUsage, type Vendor } from './prices.ts'
export { formatUsd, type NanoUsd, parseUsd } from './usd.ts'
