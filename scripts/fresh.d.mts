export function stateOfDefinitions(): string
export default function freshen(): void
