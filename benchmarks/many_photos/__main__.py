"""python -m benchmarks.many_photos: see `ways`.

Python imports the script that started them in processes that it begins, but no `__main__` of a
package: workers load what they need to read photos, as those of the command do.
"""

from benchmarks.many_photos.ways import main

if __name__ == "__main__":
    main()
