{{ countries_shared("assignees") }}
