why stranger
