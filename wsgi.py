"""The WSGI application `app` for a server; as a script, the way from a bare Python to serving.

python3 wsgi.py         make the environment if need be, then serve
python3 wsgi.py test    the same, then the tests
python3 wsgi.py env     only the environment
"""

import sys

if __name__ == "__main__":
    from scripts.bootstrap import main

    sys.exit(main(sys.argv[1:]))

from app import create_app

app = create_app()
