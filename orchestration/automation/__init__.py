"""What runs by itself: jobs, schedules, sensors and freshness, all made from the sources' cards. What a run does is the assets' affair."""
