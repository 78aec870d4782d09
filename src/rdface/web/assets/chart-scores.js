export function scores() { return { traces: [], layout: {} }; }
