why twin
