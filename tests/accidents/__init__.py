"""The worst that machines, processes and attackers do: each answered, nothing lost."""
