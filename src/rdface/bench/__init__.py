"""From a spec to jobs, from jobs to a run folder, from run folders to a leaderboard."""
