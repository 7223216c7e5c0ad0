print("gx")
