"""Unattended work: jobs, schedules, sensors, freshness policies and alerts, all derived from the sources' cards."""
