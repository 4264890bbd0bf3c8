{{ countries_shared("inventors") }}
