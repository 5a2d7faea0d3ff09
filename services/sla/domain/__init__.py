"""The pure rules of service levels: business time, contracts, and clocks as a replay of facts."""
